// Loaded into each of Mocha's processes: tests of a network that fails need not wait before it is asked again.

process.env.TRIBUNE_RETRY_DELAYS ??= "0,0";
