"""Simulates the river that the simulated camera films.

    species, behaviour, light   what happens and when; the standard library only
    water, bed, drift, fish     what it looks like; arrays of brightness and colour
    river                       both together: a frame and the fish seen in it

Everything depends only on the seed and the second at which a clip starts. What happens
is drawn with ``random.Random``, and what it looks like with ``RandomState``. Their
numbers stay the same from version to version. Pictures are planes of brightness (Y)
and of colour (U, V, half as wide and high), as the encoder wants them: BT.601, Y from
16 to 235, U and V about 128.
"""
