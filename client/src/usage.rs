//! What a turn used, out of what the server tells of the whole thread. It only calculates.

use codex_app_protocol::{ThreadTokenUsage, TokenUsageBreakdown};

/// Tokens, counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct TokenUsage {
    /// All of them.
    pub total: i64,
    /// Sent to the model.
    pub input: i64,
    /// Of those, read from the model's cache.
    pub cached_input: i64,
    /// Of those, written to the model's cache.
    pub cache_write_input: i64,
    /// Written by the model.
    pub output: i64,
    /// Of those, spent on reasoning.
    pub reasoning_output: i64,
}

/// What a turn used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct TurnUsage {
    /// What this turn alone used, all its model requests together.
    pub turn: TokenUsage,
    /// What the thread has used since its beginning.
    pub thread: TokenUsage,
    /// How many tokens the last model request of the turn filled of the context.
    pub context: i64,
    /// How many tokens the model's context holds, if that is known.
    pub context_window: Option<i64>,
}

/// Follows the usage of one turn.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct UsageMeter {
    baseline: Option<TokenUsage>,
    /// What the turn had used when the server lost count.
    carried: TokenUsage,
    usage: Option<TurnUsage>,
}

impl UsageMeter {
    /// What the thread had used before the turn. It does not count once the turn has used something.
    pub(crate) fn baseline(&mut self, usage: &ThreadTokenUsage) {
        if self.usage.is_none()
            && let Some(total) = &usage.total
        {
            self.baseline = Some(total.into());
        }
    }

    /// What the thread has used, told within the turn.
    pub(crate) fn update(&mut self, usage: &ThreadTokenUsage) {
        let Some(total) = usage.total.as_ref().map(TokenUsage::from) else { return };
        let last = usage.last.as_ref().map(TokenUsage::from).unwrap_or_default();
        let context_window = usage.model_context_window;
        if total.is_mark() {
            self.carried = self.usage.map(|it| it.turn).unwrap_or_default();
            self.baseline = Some(total);
            let (turn, context) = (self.carried, context_window.unwrap_or(total.total));
            self.usage = Some(TurnUsage { turn, thread: total, context, context_window });
            return;
        }
        let baseline = *self.baseline.get_or_insert_with(|| total.less(&last));
        self.usage = Some(TurnUsage {
            turn: total.less(&baseline).plus(&self.carried),
            thread: total,
            context: last.total,
            context_window,
        });
    }

    pub(crate) fn usage(&self) -> Option<TurnUsage> {
        self.usage
    }
}

impl TokenUsage {
    /// When the context overflows, the server puts its size in place of what was used.
    fn is_mark(&self) -> bool {
        self.total > 0 && self.input == 0 && self.output == 0
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            total: self.total.saturating_add(other.total),
            input: self.input.saturating_add(other.input),
            cached_input: self.cached_input.saturating_add(other.cached_input),
            cache_write_input: self.cache_write_input.saturating_add(other.cache_write_input),
            output: self.output.saturating_add(other.output),
            reasoning_output: self.reasoning_output.saturating_add(other.reasoning_output),
        }
    }

    /// A total that has been reset counts from zero.
    fn less(&self, before: &Self) -> Self {
        let before = if before.total > self.total { &Self::default() } else { before };
        let less = |of: fn(&Self) -> i64| of(self).saturating_sub(of(before)).max(0);
        Self {
            total: less(|it| it.total),
            input: less(|it| it.input),
            cached_input: less(|it| it.cached_input),
            cache_write_input: less(|it| it.cache_write_input),
            output: less(|it| it.output),
            reasoning_output: less(|it| it.reasoning_output),
        }
    }
}

impl From<&TokenUsageBreakdown> for TokenUsage {
    fn from(usage: &TokenUsageBreakdown) -> Self {
        Self {
            total: usage.total_tokens.unwrap_or_default(),
            input: usage.input_tokens.unwrap_or_default(),
            cached_input: usage.cached_input_tokens.unwrap_or_default(),
            cache_write_input: usage.cache_write_input_tokens.unwrap_or_default(),
            output: usage.output_tokens.unwrap_or_default(),
            reasoning_output: usage.reasoning_output_tokens.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{ThreadTokenUsage, decode};

    use super::UsageMeter;

    fn usage(total: i64, last: i64) -> ThreadTokenUsage {
        let json = format!(
            r#"{{"total":{{"totalTokens":{total},"inputTokens":{total}}},
                "last":{{"totalTokens":{last}}},"modelContextWindow":1000}}"#
        );
        decode::from_str(&json).unwrap()
    }

    fn turn(meter: &UsageMeter) -> i64 {
        meter.usage().unwrap().turn.total
    }

    #[test]
    fn a_turn_used_the_difference_of_the_totals() {
        let mut meter = UsageMeter::default();
        meter.baseline(&usage(500, 100));
        meter.update(&usage(600, 100));
        meter.update(&usage(750, 150));
        assert_eq!(turn(&meter), 250);
        assert_eq!(meter.usage().unwrap().thread.total, 750);
        assert_eq!(meter.usage().unwrap().context, 150);
        assert_eq!(meter.usage().unwrap().context_window, Some(1000));
    }

    #[test]
    fn without_a_baseline_the_first_request_tells_it() {
        let mut meter = UsageMeter::default();
        meter.update(&usage(600, 100));
        meter.update(&usage(750, 150));
        assert_eq!(turn(&meter), 250);
    }

    #[test]
    fn a_repeated_total_adds_nothing() {
        // A compaction repeats the total of the turn before it.
        let mut meter = UsageMeter::default();
        meter.baseline(&usage(720, 120));
        meter.update(&usage(720, 120));
        assert_eq!(turn(&meter), 0);
        meter.update(&usage(840, 120));
        meter.update(&usage(840, 6057));
        assert_eq!(turn(&meter), 120);
        assert_eq!(meter.usage().unwrap().context, 6057);
    }

    #[test]
    fn what_other_turns_used_meanwhile_is_not_ours() {
        let mut meter = UsageMeter::default();
        meter.baseline(&usage(100, 100));
        meter.baseline(&usage(500, 100));
        meter.update(&usage(600, 100));
        meter.baseline(&usage(9000, 1));
        meter.update(&usage(700, 100));
        assert_eq!(turn(&meter), 200);
    }

    #[test]
    fn the_size_of_a_context_that_overflowed_is_not_what_was_used() {
        let mut meter = UsageMeter::default();
        meter.update(&usage(120, 120));
        let mark = r#"{"total":{"totalTokens":1000},"last":{"totalTokens":880},
            "modelContextWindow":1000}"#;
        meter.update(&decode::from_str(mark).unwrap());
        assert_eq!(turn(&meter), 120);
        assert_eq!(meter.usage().unwrap().context, 1000);
        meter.update(&usage(1050, 50));
        assert_eq!(turn(&meter), 170);
    }

    #[test]
    fn nothing_told_is_no_usage() {
        assert_eq!(UsageMeter::default().usage(), None);
    }
}
