import { parseEther } from "ethers";

import { deployTimelock } from "../../helpers/deployTimelock.js";
import { WITHDRAWAL_REQUESTS } from "../../../src/protocol/predeploys.js";
import { setUp, type VaultCase } from "./vaultCase.js";

/** Backs whatever a test mints. [wei] */
const ETHER_ENOUGH = 10n ** 30n;
const CAP = parseEther("1000000");

/**
 * Our own staking pool, under a timelock of its own, while no operator has a key: nobody has a hand in it, and what is asked
 * for is paid out of what is idle, once anybody finalises it. With validators: test/attacks/pool-rage-quit.test.ts.
 */
export const poolVault: VaultCase = {
  name: "StakingPool",
  kind: "async",
  isReal: false,
  deploy: async (connection, asset) => {
    const { ethers, networkHelpers } = connection;
    // The pool wraps and unwraps its asset: the code of the asset is exchanged, whoever has some already keeps it.
    const weth = await ethers.deployContract("MintableWETHMock");
    await networkHelpers.setCode(await asset.getAddress(), await ethers.provider.getCode(weth));
    await networkHelpers.setBalance(await asset.getAddress(), ETHER_ENOUGH);
    const requests = await ethers.deployContract("WithdrawalRequestsMock");
    await networkHelpers.setCode(WITHDRAWAL_REQUESTS, await ethers.provider.getCode(requests));
    const [admin] = await ethers.getSigners();
    if (admin === undefined) throw new Error("the chain has no accounts");
    const { timelock } = await deployTimelock(connection, { admin });
    await timelock.setGate(await ethers.deployContract("StateGateMock"));
    const depositContract = await ethers.deployContract("DepositContractMock");
    const terms = {
      ...{ name: "Staked Ether", symbol: "sETH", timelock, weth: asset, fee: 0n, cap: CAP },
      ...{ unvettedOperatorCap: 0n, unvettedCap: 0n, entityCaps: [], operators: [] },
    };
    const implementation = await ethers.deployContract("OperatorVault", [depositContract]);
    const pool = await ethers.deployContract("StakingPool", [terms, implementation]);
    const vault = await ethers.getContractAt("IERC4626", await pool.getAddress());
    const share = await ethers.getContractAt("IERC20Metadata", await pool.getAddress());
    const common = await setUp(connection, asset, vault, share);
    return { ...common, settle: () => pool.finalise(), switches: [] };
  },
};
