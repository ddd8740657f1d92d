// Loaded into each of Mocha's processes. Hardhat's hook there listens for promises that are rejected with nobody waiting,
// and so keeps Node from ending the process: without this, the test that let go of the promise would pass.

process.on("unhandledRejection", (reason) => {
  throw reason;
});
