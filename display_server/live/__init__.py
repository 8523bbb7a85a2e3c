"""What leaves by Socket.IO: who listens, what each may see, and how it is sent."""
