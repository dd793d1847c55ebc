"""The moderators' desk in the back office: its queue, the page of a case, its figures, and legal holds."""
