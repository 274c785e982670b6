"""Pure judgement: a report, its rules and facts about figures in, findings out. No I/O."""
