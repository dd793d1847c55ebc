"""Which of the face mesh's 468 points are what. "Right" and "left" are the person's own; orders run from their right
to left.
"""

import numpy as np

# Rings of the lips from outside to inside; each from the right corner to the left one, corners included.
OUTER_UPPER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
OUTER_LOWER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
INNER_UPPER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
INNER_LOWER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
_UPPER_RINGS = (
    OUTER_UPPER,
    (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
    (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
)
_LOWER_RINGS = (
    OUTER_LOWER,
    (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
)
UPPER_LIP = (*_UPPER_RINGS, INNER_UPPER)
"""Four rings of the upper lip, outside to inside, (4, 11)."""
LOWER_LIP = (*_LOWER_RINGS, INNER_LOWER)
"""Four rings of the lower lip, outside to inside, (4, 11)."""
LIPS = tuple(sorted({point for ring in (*UPPER_LIP, *LOWER_LIP) for point in ring}))
CORNERS = (61, 76, 62, 78, 291, 306, 292, 308)
BELOW_LOWER_LIP = (57, 43, 106, 182, 83, 18, 313, 406, 335, 273, 287)
"""The first ring of skin under the lower lip."""

# Eyelids, outer corner to inner corner of the right eye and inner to outer of the left: both from image left to right.
RIGHT_UPPER_LID = (33, 246, 161, 160, 159, 158, 157, 173, 133)
RIGHT_LOWER_LID = (33, 7, 163, 144, 145, 153, 154, 155, 133)
LEFT_UPPER_LID = (362, 398, 384, 385, 386, 387, 388, 466, 263)
LEFT_LOWER_LID = (362, 382, 381, 380, 374, 373, 390, 249, 263)
RIGHT_CREASE = (130, 247, 30, 29, 27, 28, 56, 190, 243)
LEFT_CREASE = (463, 414, 286, 258, 257, 259, 260, 467, 359)
"""The fold above each upper lid: where the lid's skin begins."""
RIGHT_IRIS = (468, 469, 470, 471, 472)
LEFT_IRIS = (473, 474, 475, 476, 477)
"""Centre, then four points on the rim."""

FACE_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""The face's outline, from the top of the forehead over the left side round to it again."""
CHIN = 152
CHIN_SKIN = (199, 200)
"""Over the chin's bone: they go where the jaw goes."""
CHEEKS = (50, 280, 101, 330, 118, 347, 117, 346)


def mid_lip_line(points: np.ndarray) -> np.ndarray:
    """Middle (11, D) between the inner contours of `points` (468+, D), right corner to left."""
    return (points[list(INNER_UPPER)] + points[list(INNER_LOWER)]) / 2
