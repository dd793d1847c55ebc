"""What is remembered for a while: tries at a password, forms that were sent already, what a clip's file says."""

from config.settings.environment import env

__all__ = ["CACHES"]

# In the process's own memory, which is enough for one process. Several of them share what CACHE_URL names, for example
# dbcache://likeness_cache?max_entries=50000 after `manage.py createcachetable`. Django's own 300 entries would be
# pushed out by a stranger who signs in under 300 invented names.
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://likeness?max_entries=50000")}
