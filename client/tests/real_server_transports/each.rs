//! Each behaviour over each way to a server. It adds nothing to either.

/// The tests of one way. A behaviour that is left out here is dead code, and the linter says so.
macro_rules! each {
    ($name:ident, $way:ident) => {
        mod $name {
            each! { $way:
                approvals {
                    an_accepted_command_runs_and_a_declined_one_does_not,
                    with_nobody_to_ask_a_command_is_declined,
                    a_turn_is_interrupted_while_an_approval_is_pending,
                }
                controlling {
                    a_second_turn_is_refused_and_the_first_can_be_interrupted,
                    a_turn_is_steered_and_refuses_when_it_is_over,
                    a_dropped_run_interrupts_its_turn,
                    every_handle_of_a_turn_gets_all_that_follows,
                }
                ends {
                    a_shutdown_ends_what_waits,
                    dropping_the_last_handle_ends_the_connection,
                    nothing_of_a_whole_session_is_junk,
                }
                threads {
                    a_thread_is_resumed_over_another_connection_with_its_history,
                    a_fork_has_the_history_and_an_id_of_its_own,
                    a_thread_is_named_listed_and_archived,
                }
                turns {
                    turns_run_one_after_the_other,
                    turns_run_side_by_side,
                    the_events_of_a_turn_come_in_order_and_none_is_lost,
                    phases_decide_the_final_response,
                    a_failed_turn_says_why_and_the_next_one_runs,
                    big_messages_pass_both_ways,
                }
            }
        }
    };
    ($way:ident: $($module:ident { $($name:ident,)+ })+) => {$($(
        #[tokio::test]
        async fn $name() {
            crate::behaviours::$module::$name(crate::setup::Way::$way).await;
        }
    )+)+};
}

each!(over_a_process, Process);
each!(over_any_stream, Stream);
each!(over_websocket, WebSocket);
#[cfg(unix)]
each!(over_a_unix_socket, Unix);
