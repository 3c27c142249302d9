"""Serializers: `inputs` check what comes in, `resources` describe what goes out for the OpenAPI schema."""
