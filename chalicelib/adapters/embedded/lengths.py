"""Field lengths in one lossy byte, as Lucene stores them, so that both engines divide by the same lengths.

Source: ``org.apache.lucene.util.SmallFloat.intToByte4``/``byte4ToInt``: lengths up to 40 are exact, above that the
four highest bits are kept.
"""

from functools import cache

_LARGEST = 2**31 - 1


def _encode_4_bits(number: int) -> int:
    bits = number.bit_length()
    if bits < 4:
        return number
    shift = bits - 4
    return ((number >> shift) & 0x07) | ((shift + 1) << 3)


def _decode_4_bits(code: int) -> int:
    bits, shift = code & 0x07, (code >> 3) - 1
    return bits if shift == -1 else (bits | 0x08) << shift


_EXACT = 255 - _encode_4_bits(_LARGEST)


@cache
def stored_length(length: int) -> int:
    """The length that Lucene remembers for a field of ``length`` tokens."""
    if length < _EXACT:
        return length
    return _EXACT + _decode_4_bits(_encode_4_bits(length - _EXACT))
