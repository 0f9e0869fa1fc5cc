"""Review: a local page on which people say what is in the footage.

In: the record, which is only read, the footage in done/, and the keys that a person
presses. Out: labels, and nothing else. The server itself knows neither arrays nor
decoders, so that it stays small; the record is read, and footage is decoded, in
processes of their own that end when nobody asks.
"""
