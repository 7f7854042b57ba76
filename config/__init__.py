"""Settings, entry points and embedded servers: what surrounds the product."""
