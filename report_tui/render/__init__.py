"""Results as text for people and programs. Pure: values in, lines out; nothing is written here."""
