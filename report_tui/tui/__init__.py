"""The app: the only package that imports Textual. It shows a `Session` and passes on what a person does to it."""
