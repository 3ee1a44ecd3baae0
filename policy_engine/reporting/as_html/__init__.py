"""A page for those who decide on a threshold: one HTML file without network, that counts as the reader moves it."""

from policy_engine.reporting.as_html.page import report_as_html
from policy_engine.reporting.as_html.threshold_part import threshold_part

__all__ = ["report_as_html", "threshold_part"]
