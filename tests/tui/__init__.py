"""Tests of the app with Textual's Pilot: real keys in, state, messages and bytes on disk out."""
