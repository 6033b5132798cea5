//! Messages are moved from task to task: the enums that carry them are small.

use codex_app_protocol::{ServerMessage, ServerNotification, ServerRequest, ThreadItem, UserInput};

#[test]
fn enums_of_messages_are_small() {
    println!("ServerNotification {} bytes", size_of::<ServerNotification>());
    println!("ServerRequest {} bytes", size_of::<ServerRequest>());
    println!("ThreadItem {} bytes", size_of::<ThreadItem>());
    println!("ServerMessage {} bytes", size_of::<ServerMessage>());
    assert!(size_of::<ServerNotification>() <= 64);
    assert!(size_of::<ServerRequest>() <= 64);
    assert!(size_of::<ThreadItem>() <= 64);
    assert!(size_of::<UserInput>() <= 64);
}
