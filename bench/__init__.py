"""What we claim about speed, measured side by side; `python -m bench` prints all of it."""
