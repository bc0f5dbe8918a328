service.onConnectionChange((connected) => {
  if (connected) {
    // Resubscribe to channels
    service.subscribe({
      channels: ['system.metrics']
    });
  } else {
    // Show disconnected UI state
    showDisconnectedBanner();
  }
});
