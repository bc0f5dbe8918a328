// Reconnection is handled automatically
service.connect();

// Monitor connection status
service.onConnectionChange((connected) => {
  if (!connected) {
    console.log('Disconnected, reconnecting...');
  }
});
