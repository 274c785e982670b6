"""From a session to what each screen shows, as frozen values: wording, glyphs and numbers, a module per screen."""
