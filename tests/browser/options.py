"""How the tests' browser is started: without a network, and without asking anything."""

from __future__ import annotations

OPTIONS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # Tests run as the superuser in containers, where it refuses to start otherwise.
    "--no-sandbox",
]
