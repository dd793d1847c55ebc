"""Retention: how long each class of data is kept, and its removal when its time is over."""
