import { expect } from "chai";
import { ssz } from "@lodestar/types";
import { getBytes, hexlify, zeroPadBytes } from "ethers";

import { isPublicKey, isSignature } from "../../../src/staking/deposits/bls.js";
import { checkDepositFile, DepositFileError, parseDepositFile } from "../../../src/staking/deposits/depositFile.js";
import { compoundingCredentials, PREDEPOSIT } from "../../../src/staking/deposits/deposits.js";
import { depositNetworkOf, type DepositNetwork } from "../../../src/staking/deposits/networks.js";
import {
  depositDataRoot,
  depositMessageRoot,
  depositSigningRoot,
  type Deposit,
} from "../../../src/staking/deposits/roots.js";
import { credentials, somePubkey, someSignature } from "../../helpers/consensus/depositData.js";
import { VAULT } from "../../helpers/consensus/world.js";
import { signEntry, type FileEntry } from "../../helpers/staking/depositFiles.js";
import {
  HOODI_ENTRY,
  MAINNET_DEPOSIT,
  MAINNET_PREDEPOSIT,
  SEPOLIA_ENTRY,
} from "../../helpers/staking/publishedDeposits.js";

function network(chainId: bigint): DepositNetwork {
  const known = depositNetworkOf(chainId);
  if (known === undefined) throw new Error(`chain ${chainId} must be known`);
  return known;
}

const MAINNET = network(1n);
const HOODI = network(560048n);
const SEPOLIA = network(11155111n);

const TERMS = { withdrawalCredentials: compoundingCredentials(VAULT), amount: PREDEPOSIT, network: HOODI };

/** What is wrong with a file, in sentences. */
function faultsOf(content: unknown, terms = TERMS): readonly string[] {
  try {
    checkDepositFile(content, "deposit_data.json", terms);
  } catch (error) {
    if (error instanceof DepositFileError) return error.faults;
    throw error;
  }
  return [];
}

describe("deposit_data.json", () => {
  const first = signEntry("first", TERMS);
  const second = signEntry("second", TERMS);
  const begin = (place: number, { pubkey }: FileEntry): string => `entry ${place} (0x${pubkey.slice(0, 12)}…): `;

  it("gives the deposits that the tool has signed, with 0x before all hex and amounts in gwei", () => {
    const deposits = parseDepositFile(JSON.stringify([first, second]), "deposit_data.json", TERMS);
    expect(deposits).to.deep.equal(
      [first, second].map((entry) => ({
        pubkey: `0x${entry.pubkey}`,
        withdrawalCredentials: compoundingCredentials(VAULT),
        amount: 1_000_000_000n,
        signature: `0x${entry.signature}`,
        depositDataRoot: `0x${entry.deposit_data_root}`,
      })),
    );
  });

  it("is read with and without 0x, in capitals, and with fields that nobody needs", () => {
    const prefixed = { ...first, pubkey: `0x${first.pubkey.toUpperCase()}`, fork_version: "0x10000910", extra: 1 };
    expect(faultsOf([prefixed])).to.deep.equal([]);
  });

  it("is accepted as ethstaker-deposit-cli wrote it for Hoodi and for Sepolia", () => {
    for (const [entry, of] of [
      [HOODI_ENTRY, HOODI],
      [SEPOLIA_ENTRY, SEPOLIA],
    ] as const) {
      const terms = {
        withdrawalCredentials: `0x${entry.withdrawal_credentials}`,
        amount: BigInt(entry.amount),
        network: of,
      };
      expect(faultsOf([entry], terms), entry.network_name).to.deep.equal([]);
    }
  });

  context("given one bad field", () => {
    const bad = (change: Partial<Record<keyof FileEntry, unknown>>): readonly string[] =>
      faultsOf([{ ...second, ...change }]);
    const refused = (faults: readonly string[], ...sentences: readonly string[]): void => {
      expect(faults).to.deep.equal(sentences);
    };
    const hexFields = [
      ["pubkey", 48],
      ["withdrawal_credentials", 32],
      ["signature", 96],
      ["deposit_message_root", 32],
      ["deposit_data_root", 32],
      ["fork_version", 4],
    ] as const;

    for (const [field, bytes] of hexFields) {
      it(`refuses ${field} that is missing, a number, too short, too long or no hex`, () => {
        const must = `must be ${bytes} bytes in hex`;
        const value = second[field];
        refused(bad({ [field]: undefined }), `entry 1: ${field} is missing`);
        refused(bad({ [field]: 7 }), `entry 1: ${field} ${must}`);
        refused(bad({ [field]: "" }), `entry 1: ${field} ${must}, and is ""`);
        for (const wrong of [
          value.slice(2),
          `${value}00`,
          `zz${value.slice(2)}`,
          `${value}\n`,
          `0x0x${value.slice(4)}`,
        ]) {
          const [fault, ...others] = bad({ [field]: wrong });
          expect(fault).to.match(new RegExp(`^entry 1: ${field} ${must}, and is `));
          expect(others).to.deep.equal([]);
        }
      });
    }

    it("refuses an amount that is missing, text, a fraction or negative", () => {
      refused(bad({ amount: undefined }), "entry 1: amount is missing");
      for (const amount of ["1000000000", 1.5, -1, null, 2 ** 60]) {
        refused(bad({ amount }), "entry 1: amount must be a whole number of gwei");
      }
    });

    it("refuses a network's name and a tool's version that are missing or no text", () => {
      refused(bad({ network_name: undefined }), "entry 1: network_name is missing");
      refused(bad({ network_name: 1 }), "entry 1: network_name must be text");
      refused(bad({ deposit_cli_version: undefined }), "entry 1: deposit_cli_version is missing");
      refused(bad({ deposit_cli_version: 2 }), "entry 1: deposit_cli_version must be text");
    });

    it("refuses a public key that is no point of the right group", () => {
      const broken = [
        somePubkey(1),
        // At infinity.
        `0xc0${"00".repeat(47)}`,
        // On the curve, in another subgroup.
        `0x80${"00".repeat(47)}`,
        `0x${"00".repeat(48)}`,
        `0x${"ff".repeat(48)}`,
      ];
      for (const pubkey of broken) {
        expect(isPublicKey(pubkey), pubkey).to.be.false;
        const [fault] = bad({ pubkey });
        expect(fault).to.equal(
          `entry 1 (${pubkey.slice(0, 14)}…): pubkey is no public key: no point of G1 of BLS12-381, or the one at infinity`,
        );
      }
    });

    it("refuses an entry that is signed for other credentials, and says so alone", () => {
      for (const wrong of [credentials("0x01", VAULT), credentials("0x02", `0x${"ab".repeat(20)}`)]) {
        refused(
          faultsOf([signEntry("first", { ...TERMS, withdrawalCredentials: wrong })]),
          `${begin(1, first)}withdrawal_credentials are ${wrong}, and must be the vault's, ${TERMS.withdrawalCredentials}`,
        );
      }
    });

    it("refuses an entry that is signed for 32 ETH, or for a gwei too much, and says so alone", () => {
      const must = "and must be exactly 1000000000 gwei (1 ETH)";
      for (const [amount, described] of [
        [32_000_000_000n, "32000000000 gwei (32 ETH)"],
        [1_000_000_001n, "1000000001 gwei (1.000000001 ETH)"],
      ] as const) {
        refused(
          faultsOf([signEntry("first", { ...TERMS, amount })]),
          `${begin(1, first)}amount is ${described}, ${must}`,
        );
      }
    });

    it("refuses an entry that is signed for another network, and says so alone", () => {
      refused(
        faultsOf([signEntry("first", { ...TERMS, network: MAINNET })]),
        `${begin(1, first)}fork_version is that of mainnet (0x00000000), and the deposit is for hoodi (0x10000910)`,
      );
      refused(
        faultsOf([signEntry("first", { ...TERMS, network: { name: "goerli", genesisForkVersion: "0x00001020" } })]),
        `${begin(1, first)}fork_version is 0x00001020, and the deposit is for hoodi (0x10000910)`,
      );
    });

    it("refuses a network's name that its fork version is not of", () => {
      refused(
        bad({ network_name: "mainnet" }),
        `${begin(1, second)}network_name is "mainnet", and its fork_version is that of hoodi (0x10000910)`,
      );
    });

    it("takes any network's name on a local chain", () => {
      const terms = { ...TERMS, network: network(31337n) };
      expect(faultsOf([{ ...signEntry("first", terms), network_name: "mine" }], terms)).to.deep.equal([]);
    });

    it("refuses roots that are not those of the other fields", () => {
      const wrong = "11".repeat(32);
      const { deposit_message_root: message, deposit_data_root: data } = second;
      refused(
        bad({ deposit_message_root: wrong }),
        `${begin(1, second)}deposit_message_root is 0x${wrong}, and that of these key, credentials and amount is 0x${message}`,
      );
      refused(
        bad({ deposit_data_root: wrong }),
        `${begin(1, second)}deposit_data_root is 0x${wrong}, and that of these fields is 0x${data}`,
      );
    });

    it("refuses a signature of another key, and one that is no point, where the root beside it is right", () => {
      const deposit = {
        pubkey: `0x${second.pubkey}`,
        withdrawalCredentials: TERMS.withdrawalCredentials,
        amount: PREDEPOSIT,
      };
      const infinity = `0xc0${"00".repeat(95)}`;
      for (const signature of [`0x${first.signature}`, someSignature(1), infinity, `0x${"00".repeat(96)}`]) {
        refused(
          bad({ signature, deposit_data_root: depositDataRoot({ ...deposit, signature }) }),
          `${begin(1, second)}signature is not the key's, over these key, credentials and amount: the deposit would be lost`,
        );
      }
    });
  });

  it("names every entry that is wrong, and gives no deposit then", () => {
    const faults = faultsOf([first, { ...second, amount: 2e9 }, { ...first, amount: "1" }]);
    expect(faults.map((fault) => fault.split(":")[0])).to.deep.equal([
      // The amount, two roots and the signature.
      ...Array.from({ length: 4 }, () => `entry 2 (0x${second.pubkey.slice(0, 12)}…)`),
      "entry 3",
    ]);
  });

  it("refuses a key that is there twice", () => {
    expect(faultsOf([first, { ...first, pubkey: first.pubkey.toUpperCase() }])).to.deep.equal([
      `${begin(2, first)}its public key is that of entry 1; each key is deposited once`,
    ]);
  });

  it("refuses what is no list of deposits", () => {
    const list = "it must be a list of deposits, [ { … } ], as the deposit tool writes deposit_data-….json";
    for (const content of [{}, [], null, 7, "[]"]) expect(faultsOf(content)).to.deep.equal([list]);
    for (const entry of [null, 7, "{}", []]) {
      expect(faultsOf([entry])).to.deep.equal(["entry 1: it must be a deposit, { … }"]);
    }
    expect(() => parseDepositFile('[{"pubkey": ', "deposit_data.json", TERMS)).to.throw(
      DepositFileError,
      /^deposit_data.json has a fault; nothing was sent:\n {2}- it is no JSON: /,
    );
  });

  it("shows nothing of a file that could pass for something else on a terminal", () => {
    const [fault = ""] = faultsOf([{ ...first, network_name: "hoodi\u202e\n  - all is well" }]);
    expect(fault).to.contain('network_name is "hoodi\\u{202e}\\n  - all is well"');
  });
});

describe("roots and signatures of deposits", () => {
  const value = ({ pubkey, withdrawalCredentials, amount, signature }: Deposit) => ({
    pubkey: getBytes(pubkey),
    withdrawalCredentials: getBytes(withdrawalCredentials),
    amount: Number(amount),
    signature: getBytes(signature),
  });

  it("are those of Lodestar's types", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const deposit: Deposit = {
        pubkey: somePubkey(seed),
        withdrawalCredentials: credentials("0x02", `0x${seed.toString(16).padStart(40, "0")}`),
        amount: 2n ** BigInt(2 * seed) + 1n,
        signature: someSignature(seed),
      };
      expect(depositDataRoot(deposit)).to.equal(hexlify(ssz.phase0.DepositData.hashTreeRoot(value(deposit))));
      const messageRoot = hexlify(ssz.phase0.DepositMessage.hashTreeRoot(value(deposit)));
      expect(depositMessageRoot(deposit)).to.equal(messageRoot);
      const forkDataRoot = ssz.phase0.ForkData.hashTreeRoot({
        currentVersion: getBytes(HOODI.genesisForkVersion),
        genesisValidatorsRoot: getBytes(zeroPadBytes("0x", 32)),
      });
      const domain = Uint8Array.of(3, 0, 0, 0, ...forkDataRoot.slice(0, 28));
      expect(depositSigningRoot(deposit, HOODI.genesisForkVersion)).to.equal(
        hexlify(ssz.phase0.SigningData.hashTreeRoot({ objectRoot: getBytes(messageRoot), domain })),
      );
    }
  });

  it("are those of deposits that others have signed for mainnet", () => {
    expect(depositDataRoot(MAINNET_PREDEPOSIT)).to.equal(MAINNET_PREDEPOSIT.depositDataRoot);
    for (const deposit of [MAINNET_PREDEPOSIT, MAINNET_DEPOSIT]) {
      expect(isPublicKey(deposit.pubkey)).to.be.true;
      const root = depositSigningRoot(deposit, MAINNET.genesisForkVersion);
      expect(isSignature(deposit.signature, root, deposit.pubkey)).to.be.true;
      const elsewhere = depositSigningRoot(deposit, HOODI.genesisForkVersion);
      expect(isSignature(deposit.signature, elsewhere, deposit.pubkey)).to.be.false;
    }
  });
});
