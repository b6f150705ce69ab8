"""What every backend must do, whatever it speaks to.

A test module subclasses `BackendContract` and gives a fixture `subject`. Capabilities decide which half of a
test applies: what a backend can do must work, what it cannot do must be refused with its reason; and what its
product does by itself (`Subject.native`) may not be refused.
"""

from __future__ import annotations

from tests.backends.contract_changing import ChangingContract
from tests.backends.contract_reading import ReadingContract
from tests.backends.contract_subject import Subject
from tests.backends.contract_talking import TalkingContract

__all__ = ["BackendContract", "Subject"]


class BackendContract(ReadingContract, ChangingContract, TalkingContract):
    """Inherit and supply `subject`."""
