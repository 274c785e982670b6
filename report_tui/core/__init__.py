"""The pure core: bytes and values. No I/O, no YAML, no Textual."""
