"""The only layer that touches the disk: reports, figures, rules, and where the student left off."""
