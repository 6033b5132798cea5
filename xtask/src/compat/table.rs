//! The results as the table of the README.

use super::data::{Compat, Release, STEPS};

/// The table, with a line on what it says.
pub(super) fn table(compat: &Compat) -> String {
    let pinned = &compat.pinned;
    let steps = STEPS.join(" | ");
    let mut text = format!(
        "| Server | Schema, from there to {pinned} | Messages decoded | {steps} |\n\
         |---|---|---|{}\n",
        "---|".repeat(STEPS.len())
    );
    for release in &compat.releases {
        text.push_str(&row(release));
    }
    text
}

fn row(release: &Release) -> String {
    let schema = match &release.to_pinned {
        None => "the crates are generated from it".to_owned(),
        Some(it) if it.breaking + it.additive == 0 => "no change".to_owned(),
        Some(it) if it.breaking == 0 => format!("{} additive", it.additive),
        Some(it) => format!(
            "{} breaking ({} stable), {} additive",
            it.breaking, it.breaking_stable, it.additive
        ),
    };
    let decoded = &release.smoke.decoded;
    let n_whole = decoded.messages - decoded.not_whole.values().sum::<usize>();
    let steps: Vec<&str> = STEPS.iter().map(|step| mark(release, step)).collect();
    format!(
        "| {} | {schema} | {n_whole} of {} | {} |\n",
        release.version,
        decoded.messages,
        steps.join(" | ")
    )
}

fn mark(release: &Release, step: &str) -> &'static str {
    match release.smoke.steps.get(step).map(String::as_str) {
        Some("passed") => "yes",
        Some("not reached") | None => "not reached",
        Some(_) => "**no**",
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::{Compat, Decoded, Difference, Release, Smoke};
    use super::{STEPS, table};

    #[test]
    fn each_release_is_a_row_and_a_failed_step_stands_out() {
        let steps = |outcomes: [&str; 5]| {
            STEPS.map(str::to_owned).into_iter().zip(outcomes.map(str::to_owned)).collect()
        };
        let compat = Compat {
            pinned: "0.2.0".parse().unwrap(),
            releases: vec![
                Release {
                    version: "0.1.0".parse().unwrap(),
                    to_pinned: Some(Difference { breaking: 3, breaking_stable: 2, additive: 4 }),
                    smoke: Smoke {
                        steps: steps([
                            "passed",
                            "passed",
                            "failed: late",
                            "not reached",
                            "not reached",
                        ]),
                        decoded: Decoded { messages: 9, not_whole: [("a/b".to_owned(), 2)].into() },
                    },
                },
                Release {
                    version: "0.2.0".parse().unwrap(),
                    to_pinned: None,
                    smoke: Smoke {
                        steps: steps(["passed"; 5]),
                        decoded: Decoded { messages: 9, not_whole: [].into() },
                    },
                },
            ],
        };
        let expected = "\
| Server | Schema, from there to 0.2.0 | Messages decoded | initialize | thread | turn | interrupt | resume |
|---|---|---|---|---|---|---|---|
| 0.1.0 | 3 breaking (2 stable), 4 additive | 7 of 9 | yes | yes | **no** | not reached | not reached |
| 0.2.0 | the crates are generated from it | 9 of 9 | yes | yes | yes | yes | yes |
";
        assert_eq!(table(&compat), expected);
    }
}
