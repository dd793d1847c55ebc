"""Errors that the person at the other end can do something about."""


class EngineError(Exception):
    """Input that cannot become a clip.

    `code` is a stable kebab-case name for programs, `message` says in plain words what is wrong, `advice` what to do
    about it.
    """

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.code = code
        self.message = message
        self.advice = advice

    def __reduce__(self) -> tuple[type["EngineError"], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.advice)


class PhotoError(EngineError):
    """A picture that cannot be read, or on which no usable face is found."""


class WordsError(EngineError):
    """Words that cannot be spoken."""


class SoundError(EngineError):
    """A recording that cannot be used."""
