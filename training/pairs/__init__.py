"""Pairs of texts that agree, differ or have nothing to do with each other, for five tasks.

Every pair is made by a small rule from sentence frames: `world` fills two texts from one set of
fillers or from one in which a single filler differs, `documents` knows the corpus's sentences,
`rewording` says a sentence otherwise or turns it round, `denial` denies it. `facts`, `captions`,
`words` and `questions` read what rules cannot breed: statements, scenes, kinds of things and
questions in several wordings.
"""
