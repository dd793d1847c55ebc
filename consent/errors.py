"""What can be wrong with a consent link, written for the person who opened it."""


class ConsentError(Exception):
    """`code` is kebab-case, for programs; `message` says what is wrong, `advice` what to do about it."""

    def __init__(self, code: str, message: str, advice: str) -> None:
        super().__init__(f"{message} {advice}")
        self.code = code
        self.message = message
        self.advice = advice


def link_unknown() -> ConsentError:
    return ConsentError(
        "link-unknown",
        "This link is not one of ours, or a part of it is missing.",
        "Copy the whole address from the message you got, or ask the sender for it again.",
    )


def link_expired() -> ConsentError:
    return ConsentError(
        "link-expired",
        "This link has run out, so it cannot be answered any more. Nothing was agreed to.",
        "If you still want to answer, ask the sender for a new link.",
    )


def link_withdrawn() -> ConsentError:
    return ConsentError(
        "link-withdrawn",
        "You withdrew what you had agreed to on this link. It stays withdrawn.",
        "If you changed your mind, ask the sender for a new link.",
    )


def link_answered() -> ConsentError:
    return ConsentError(
        "link-answered",
        "This link was answered before, in another way.",
        "Your receipt shows the answer, and you can withdraw it there. "
        "For another answer, ask the sender for a new link.",
    )


def name_missing() -> ConsentError:
    return ConsentError(
        "name-missing",
        "Your name is missing.",
        "Type your full name: it stands for your signature on what you agree to.",
    )


def nothing_to_withdraw() -> ConsentError:
    return ConsentError(
        "nothing-to-withdraw",
        "Nothing was agreed to on this link, so there is nothing to withdraw.",
        "Nothing is made with your photo unless you agree to it.",
    )


def challenge_missing() -> ConsentError:
    return ConsentError(
        "challenge-missing",
        "The three words are missing.",
        "Type the three words that the page shows: they say that the answer is given now, by you.",
    )


def challenge_wrong() -> ConsentError:
    return ConsentError(
        "challenge-wrong",
        "These are not the three words on this page.",
        "Look at them once more, and type them in the same order.",
    )


def challenge_expired() -> ConsentError:
    return ConsentError(
        "challenge-expired",
        "The three words have run out, or were used.",
        "The page shows three new ones. Type those, and send your answer again.",
    )


def too_often() -> ConsentError:
    return ConsentError(
        "too-often",
        "This was tried too often.",
        "Wait an hour, then try again. Nothing is decided in the meantime.",
    )


def not_for_members() -> ConsentError:
    return ConsentError(
        "not-for-members",
        "You are signed in with the organisation that asks, and cannot answer for the person asked.",
        "Send them the link. If it is you who is shown, sign out and open the link again.",
    )


def voice_missing() -> ConsentError:
    return ConsentError(
        "voice-missing",
        "For a copy of the voice the three words have to be spoken.",
        "Record them, or say no to the copy of the voice.",
    )


def recording_unusable() -> ConsentError:
    return ConsentError(
        "recording-unusable",
        "This recording cannot be used: it is too long, too quiet, or no sound at all.",
        "Say the three words once more, close to the microphone.",
    )


def voice_differs() -> ConsentError:
    return ConsentError(
        "voice-differs",
        "This does not sound like the voice in the recording that would be copied.",
        "If it is yours, say the words once more in a quiet room. If it is not, say no to the copy of the voice.",
    )


def selfie_not_agreed() -> ConsentError:
    return ConsentError(
        "selfie-not-agreed",
        "You chose a selfie, and did not agree that it is compared.",
        "Tick the box below it, or answer without a selfie.",
    )


def selfie_unusable() -> ConsentError:
    return ConsentError(
        "selfie-unusable",
        "This file cannot be used as a selfie.",
        "Choose a JPEG or PNG picture of at most 15 MB, or answer without a selfie.",
    )


def selfie_no_face() -> ConsentError:
    return ConsentError(
        "selfie-no-face",
        "No face was found in this selfie.",
        "Look into the camera, in good light, or answer without a selfie.",
    )


def selfie_faces() -> ConsentError:
    return ConsentError(
        "selfie-faces",
        "There are several faces in this selfie.",
        "Take one of yourself alone, or answer without a selfie.",
    )


def selfie_same() -> ConsentError:
    return ConsentError(
        "selfie-same",
        "This is the very picture that you are asked about.",
        "Take a new one of yourself, or answer without a selfie.",
    )


def selfie_useless() -> ConsentError:
    return ConsentError(
        "selfie-useless",
        "The picture that you are asked about cannot be compared: no face is found in it, or there are several.",
        "Answer without a selfie.",
    )


def selfie_too_often() -> ConsentError:
    return ConsentError(
        "selfie-too-often",
        "No more selfies can be compared for this question.",
        "Answer without a selfie.",
    )


def selfie_unsure() -> ConsentError:
    return ConsentError(
        "selfie-unsure",
        "The program is not sure whether this face is the one in the picture.",
        "Try another selfie, or answer without one: then a person looks at your answer first.",
    )


def selfie_differs() -> ConsentError:
    return ConsentError(
        "selfie-differs",
        "To the program, this face does not look like the one in the picture. It can be wrong.",
        "Try another selfie, or answer without one: then a person looks at your answer first.",
    )
