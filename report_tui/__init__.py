"""report_tui: fill in a course's Markdown report without breaking its template.

The public Python interface is `Report` and `AnswerRejected`; importing it loads neither Textual, YAML nor a
Markdown parser.
"""

from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Report

__all__ = ["AnswerRejected", "Report", "__version__"]

__version__ = "0.1.0"
