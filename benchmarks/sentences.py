"""Sentences to say and to listen to: everyday speech, rich in lips, in sibilants, in vowels."""

SENTENCES = (
    "Happy people keep a paper cup upon a copper table.",
    "My mother made me a warm meal before I went to the museum.",
    "She saw six ships sail across the sea on a sunny morning.",
    "Five very fine fellows finally found the village over the river.",
    "Who would choose blue shoes to go with a rose coat?",
    "The bank opens at nine. Please bring both papers, and a pen that works.",
    "I never thought that we would watch the boats come home again.",
    "Go and get the big garden chair out of the back of the car.",
)
