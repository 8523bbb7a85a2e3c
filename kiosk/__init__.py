"""The touchscreen of a branch: its pages, what is on the ticket, and the look that all our screens share."""

from kiosk.look import look_blueprint
from kiosk.pages import kiosk_blueprint
from kiosk.place import Kiosk
from kiosk.slip import slip

__all__ = ["Kiosk", "kiosk_blueprint", "look_blueprint", "slip"]
