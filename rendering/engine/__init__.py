"""The engine: photographs and words in, frames and sound out. A library; imports no Django and no app."""
