import { z } from "zod";

/** What a beacon node answers, as far as it is needed. https://github.com/ethereum/beacon-APIs */

/** Numbers are text there, so that no reader rounds them. */
const uint64 = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/)
  .transform(BigInt)
  .refine((value) => value < 2n ** 64n);
const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`, "i"))
    .transform((text) => text.toLowerCase());

export const genesisAnswer = z.object({
  data: z.object({
    /** [unix seconds] */
    genesis_time: uint64,
    genesis_validators_root: hex(32),
    genesis_fork_version: hex(4),
  }),
});

/** There are many more constants, of any form. */
export const specAnswer = z.object({
  data: z.looseObject({
    PRESET_BASE: z.string(),
    DEPOSIT_CHAIN_ID: uint64,
    DEPOSIT_CONTRACT_ADDRESS: hex(20),
    SECONDS_PER_SLOT: uint64,
    SLOTS_PER_EPOCH: uint64,
  }),
});

export const headerAnswer = z.object({
  data: z.object({
    root: hex(32),
    canonical: z.boolean(),
    header: z.object({
      message: z.object({
        slot: uint64,
        proposer_index: uint64,
        parent_root: hex(32),
        state_root: hex(32),
        body_root: hex(32),
      }),
    }),
  }),
});

/** There is more of each. */
export const validatorsAnswer = z.object({
  data: z.array(
    z.object({
      validator: z.object({
        pubkey: hex(48),
        withdrawal_credentials: hex(32),
        slashed: z.boolean(),
        exit_epoch: uint64,
      }),
    }),
  ),
});

/** A deposit has a slot, too. */
export const pendingDepositsAnswer = z.object({
  data: z.array(z.object({ pubkey: hex(48), withdrawal_credentials: hex(32), amount: uint64, signature: hex(96) })),
});

/** What an error looks like. */
export const errorAnswer = z.object({ message: z.string() });
