"""Description 著录: elements, record types 门类著录表 and the validation of what is described."""

from lantai.core.description.element import Element
from lantai.core.description.record_type import RecordType, record_type, record_types
from lantai.core.description.validation import (
    Problem,
    type_after,
    type_reached,
    validate_description,
    with_defaults,
)

__all__ = [
    "Element",
    "Problem",
    "RecordType",
    "record_type",
    "record_types",
    "type_after",
    "type_reached",
    "validate_description",
    "with_defaults",
]
