"""What every HTTP request passes through, as plain ASGI: nothing here buffers a stream."""
