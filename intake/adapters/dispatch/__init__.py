"""Who carries what the poller finds, where several processes share the work."""
