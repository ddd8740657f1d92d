import { parseEther, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import {
  DepositContractMock__factory,
  DualGovernanceTimelock__factory,
  FallbackGate__factory,
  OperatorVault__factory,
  StakingPool__factory,
  WETHMock__factory,
  WithdrawalRequestsMock__factory,
} from "../../types/index.js";
import { RULES } from "./gasWorld.js";
import { mined } from "./mined.js";
import type { Figures } from "./rows.js";

const ETHER = parseEther("1");
/** Of the pool's shares, for 1 ETH at the first price. */
const SHARE = 1000n * ETHER;
/** Requests that one call pays. */
const REQUESTS = 32;
const WITHDRAWAL_REQUESTS = "0x00000961Ef480Eb55e80D19ad83579A64c007002";

/** What stakers of the pool pay, while no operator has keys. */
export async function measureQueue(connection: NetworkConnection): Promise<Figures> {
  const { ethers, networkHelpers } = connection;
  const [owner, staker] = await ethers.getSigners();
  if (!owner || !staker) throw new Error("the chain has too few accounts");
  const { delay, fallbackDelay, ...bounds } = RULES.timelock;
  const fallbackGate = await new FallbackGate__factory(owner).deploy(fallbackDelay);
  const timelock = await new DualGovernanceTimelock__factory(owner).deploy(
    bounds,
    fallbackGate,
    delay,
    [owner],
    [ZeroAddress],
    owner,
  );
  const depositContract = await new DepositContractMock__factory(owner).deploy();
  const requests = await new WithdrawalRequestsMock__factory(owner).deploy();
  await networkHelpers.setCode(WITHDRAWAL_REQUESTS, await ethers.provider.getCode(requests));
  const implementation = await new OperatorVault__factory(owner).deploy(depositContract);
  const terms = {
    name: "Staked Ether of the DAO",
    symbol: "sETH",
    timelock,
    weth: await new WETHMock__factory(owner).deploy(),
    fee: ETHER / 10n,
    cap: parseEther("1000000"),
    unvettedOperatorCap: 0n,
    unvettedCap: 0n,
    entityCaps: [],
    operators: [],
  };
  const pool = (await new StakingPool__factory(owner).deploy(terms, implementation)).connect(staker);

  const figures: Figures = {};
  await mined(pool.depositETH(staker, { value: parseEther("100") }));
  figures.deposit = await gasOf(pool.depositETH(staker, { value: ETHER }));
  const ask = async () => await gasOf(pool.requestRedeem(SHARE, staker, staker));
  await ask();
  figures.requestRedeem = await ask();
  await mined(pool.finalise());
  // The next range, of two requests; then one each, so that a call which pays them looks each of them up.
  await ask();
  await ask();
  figures.finalise = await gasOf(pool.finalise());
  figures.claimRequest = await gasOf(pool.claimETH(2n, staker, staker));
  while ((await pool.openRequests(staker)).length < REQUESTS) {
    await ask();
    await mined(pool.finalise());
  }
  figures.redeem32 = await gasOf(pool.redeem(await pool.maxRedeem(staker), staker, staker));
  return figures;
}

async function gasOf(call: Parameters<typeof mined>[0]): Promise<number> {
  return Number((await mined(call)).gasUsed);
}
