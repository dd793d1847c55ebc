"""Settings, one module a topic; every value that differs between machines comes from an environment variable."""

from config.settings.api import *  # noqa: F403
from config.settings.billing import *  # noqa: F403
from config.settings.cache import *  # noqa: F403
from config.settings.consent import *  # noqa: F403
from config.settings.core import *  # noqa: F403
from config.settings.database import *  # noqa: F403
from config.settings.desk import *  # noqa: F403
from config.settings.engine import *  # noqa: F403
from config.settings.logging import *  # noqa: F403
from config.settings.mail import *  # noqa: F403
from config.settings.queue import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.signing_in import *  # noqa: F403
from config.settings.storage import *  # noqa: F403
