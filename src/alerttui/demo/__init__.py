"""Believable alerts, the same for the same seed and time."""

from alerttui.demo.generator import generate
from alerttui.demo.world import DEMO_ME, demo_people

__all__ = ["DEMO_ME", "demo_people", "generate"]
