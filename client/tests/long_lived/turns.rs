//! Turns, threads and whoever listens to them.

use codex_app_client::{Codex, TurnInput};
use serde_json::json;

use crate::script::{
    Server, connected, delta, item_completed, item_started, message, notification, start,
    turn_completed, turn_ended, turn_response, turn_started, usage,
};
use crate::{id, leaves_nothing};

pub(crate) async fn leave_nothing() {
    on_threads_of_their_own().await;
    on_one_thread().await;
    of_others().await;
}

async fn on_threads_of_their_own() {
    let (codex, client, mut server) = connected().await;
    leaves_nothing("turns that were read", async |n| {
        let thread = codex.thread(&id('t', n)).await.unwrap();
        let mut turn = start(&thread, &mut server, &id('u', n)).await;
        whole_turn(&mut server, thread.id(), turn.id()).await;
        while let Some(event) = turn.next().await {
            event.unwrap();
        }
        assert_eq!(turn.wait().await.unwrap().final_response.as_deref(), Some("Hello"));
    })
    .await;
    leaves_nothing("turns that were only waited for, then archived", async |n| {
        let thread = codex.thread(&id('t', n)).await.unwrap();
        let mut turn = start(&thread, &mut server, &id('u', n)).await;
        whole_turn(&mut server, thread.id(), turn.id()).await;
        turn.wait().await.unwrap();
        tokio::join!(
            async { thread.archive().await.unwrap() },
            server.serve("thread/archive", json!({}))
        );
        server.send(notification("thread/closed", json!({"threadId": thread.id()}))).await;
        server.barrier(&client).await;
    })
    .await;
    leaves_nothing("turns that nobody read", async |n| {
        let thread = codex.thread(&id('t', n)).await.unwrap();
        let turn = start(&thread, &mut server, &id('u', n)).await;
        whole_turn(&mut server, thread.id(), turn.id()).await;
        server.barrier(&client).await;
    })
    .await;
    leaves_nothing("turns that were dropped while they ran", async |n| {
        let thread = codex.thread(&id('t', n)).await.unwrap();
        let turn = start(&thread, &mut server, &id('u', n)).await;
        server.send(turn_started(thread.id(), turn.id())).await;
        server.barrier(&client).await;
        let turn_id = turn.id().to_owned();
        drop(turn);
        whole_turn(&mut server, thread.id(), &turn_id).await;
        server.barrier(&client).await;
    })
    .await;
    leaves_nothing("turns whose thread was closed", async |n| {
        let thread = codex.thread(&id('t', n)).await.unwrap();
        let mut turn = start(&thread, &mut server, &id('u', n)).await;
        server.send(turn_started(thread.id(), turn.id())).await;
        server.send(notification("thread/closed", json!({"threadId": thread.id()}))).await;
        turn.wait().await.unwrap_err();
    })
    .await;
}

async fn on_one_thread() {
    let (codex, client, mut server) = connected().await;
    let thread = codex.thread("t").await.unwrap();
    leaves_nothing("turns of a thread", async |n| {
        let mut turn = start(&thread, &mut server, &id('u', n)).await;
        whole_turn(&mut server, "t", turn.id()).await;
        turn.wait().await.unwrap();
    })
    .await;
    leaves_nothing("turns that were steered and interrupted", async |n| {
        let mut turn = start(&thread, &mut server, &id('u', n)).await;
        server.send(turn_started("t", turn.id())).await;
        server.barrier(&client).await;
        let (steered, _) = tokio::join!(
            turn.steer("more"),
            server.serve("turn/steer", json!({"turnId": turn.id()}))
        );
        steered.unwrap();
        let (interrupted, _) =
            tokio::join!(turn.interrupt(), server.serve("turn/interrupt", json!({})));
        interrupted.unwrap();
        server.send(turn_ended("t", turn.id(), "interrupted")).await;
        turn.wait().await.unwrap();
    })
    .await;
    leaves_nothing("starts that were refused", async |_| {
        let serve = async {
            let request = server.expect("turn/start").await;
            server.refuse(&request, "no").await;
        };
        let (started, ()) = tokio::join!(thread.start_turn("hello"), serve);
        started.unwrap_err();
    })
    .await;
    leaves_nothing("starts that were dropped", async |n| {
        let input = TurnInput::from("hello").interrupt_on_drop(false);
        let task = tokio::spawn({
            let thread = thread.clone();
            async move { thread.start_turn(input).await }
        });
        let request = server.expect("turn/start").await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        server.answer(&request, turn_response(&id('u', n))).await;
        whole_turn(&mut server, "t", &id('u', n)).await;
        server.barrier(&client).await;
    })
    .await;
}

async fn of_others() {
    let (codex, client, mut server) = connected().await;
    leaves_nothing("turns of other clients", async |n| {
        whole_turn(&mut server, &id('t', n), &id('u', n)).await;
        server.barrier(&client).await;
    })
    .await;
    leaves_nothing("turns of other clients that were followed", async |n| {
        let thread = codex.thread(&id('t', n)).await.unwrap();
        let next = thread.next_turn();
        whole_turn(&mut server, thread.id(), &id('u', n)).await;
        next.await.unwrap().wait().await.unwrap();
        // Nothing follows.
        drop(thread.next_turn());
    })
    .await;
    leaves_nothing("whoever listens to a thread or to all of them", async |n| {
        let thread = codex.thread(&id('t', n)).await.unwrap();
        let (mut of_thread, of_all) = (thread.events(), client.events());
        whole_turn(&mut server, thread.id(), &id('u', n)).await;
        of_thread.next().await.unwrap().unwrap();
        drop(of_all);
        server.barrier(&client).await;
    })
    .await;
    leaves_nothing("goals", async |n| {
        let (thread, turn_id) = (codex.thread(&id('t', n)).await.unwrap(), id('u', n));
        one_goal(&codex, &mut server, thread.id(), &turn_id).await;
    })
    .await;
}

async fn one_goal(codex: &Codex, server: &mut Server, thread_id: &str, turn_id: &str) {
    let thread = codex.thread(thread_id).await.unwrap();
    let goal = |status| json!({"threadId": thread_id, "objective": "o", "status": status});
    let updated = |status| {
        let params = json!({"threadId": thread_id, "turnId": null, "goal": goal(status)});
        notification("thread/goal/updated", params)
    };
    let serve = async {
        server.serve("thread/goal/clear", json!({"cleared": false})).await;
        server.serve("thread/goal/set", json!({"goal": goal("active")})).await;
        server.send(updated("active")).await;
        server.send(turn_started(thread_id, turn_id)).await;
        server.send(updated("complete")).await;
        server.send(turn_completed(thread_id, turn_id)).await;
    };
    let (run, ()) = tokio::join!(thread.start_goal("o"), serve);
    assert_eq!(run.unwrap().wait().await.unwrap().turn_count, 1);
}

/// All that a server says of a turn.
async fn whole_turn(server: &mut Server, thread_id: &str, turn_id: &str) {
    let text = message("i", "Hello", Some("final_answer"));
    server
        .send_all([
            turn_started(thread_id, turn_id),
            item_started(thread_id, turn_id, text.clone()),
            delta(thread_id, turn_id, "i", "Hel"),
            delta(thread_id, turn_id, "i", "lo"),
            item_completed(thread_id, turn_id, text),
            usage(thread_id, turn_id, 10, 10),
            turn_completed(thread_id, turn_id),
        ])
        .await;
}
