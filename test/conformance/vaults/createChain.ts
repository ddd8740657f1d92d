import hre from "hardhat";

/** A chain that is told the gas of each transaction: estimating would run every one of them several times. */
export const createChain = () => hre.network.create({ override: { gas: 16_000_000 } });
