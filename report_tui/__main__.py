"""`python -m report_tui`: the same program as `report-tui`."""

from report_tui.cli import main_entry

if __name__ == "__main__":
    main_entry()
