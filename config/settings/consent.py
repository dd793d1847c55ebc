"""What a consent record says about this installation, and how long things are kept for it."""

from config.settings.environment import env

__all__ = [
    "LIKENESS_CONSENT_RETENTION",
    "LIKENESS_FACE_REGISTER",
    "LIKENESS_JURISDICTION",
    "LIKENESS_OPERATOR",
    "LIKENESS_SELFIE",
    "LIKENESS_STORAGE_LOCATION",
]

# Who runs the installation, in whose law, and where its disks stand: the operator knows, the software does not.
LIKENESS_OPERATOR = env.str("LIKENESS_OPERATOR", default="")
LIKENESS_JURISDICTION = env.str("LIKENESS_JURISDICTION", default="")
LIKENESS_STORAGE_LOCATION = env.str("LIKENESS_STORAGE_LOCATION", default="on the operator's own machines")
# Whether people who must not be shown here may have their face recognised in other photos too, if they agree to it. It
# takes the packages of requirements/restoration.txt, and measures the faces in all uploads while anybody is registered.
LIKENESS_FACE_REGISTER = env.bool("LIKENESS_FACE_REGISTER", default=False)
# Whether who is asked may add a selfie, which is compared with the photo and not kept. It takes the same packages.
LIKENESS_SELFIE = env.bool("LIKENESS_SELFIE", default=False)
# ISO 8601. BIPA asks for destruction within three years of the last contact.
LIKENESS_CONSENT_RETENTION = env.str("LIKENESS_CONSENT_RETENTION", default="P3Y")
