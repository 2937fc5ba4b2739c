"""What all kinds of benefits share."""

import msgspec


class Document(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="kind"):
    """Read strictly, stored as it was read. Raises ``InvalidRequest`` naming the field."""
