import { bls12_381 } from "@noble/curves/bls12-381.js";
import { getBytes } from "ethers";

/** Signatures of validators: public keys on G1, signatures on G2, with proof of possession. */
const { longSignatures } = bls12_381;
const SCHEME = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/** `KeyValidate`: a point of the right subgroup, and not the one at infinity, which signs everything. */
export function isPublicKey(pubkey: string): boolean {
  try {
    const point = bls12_381.G1.Point.fromBytes(getBytes(pubkey));
    point.assertValidity();
    return !point.is0();
  } catch {
    return false;
  }
}

/** @param pubkey A public key that {@link isPublicKey}. */
export function isSignature(signature: string, message: string, pubkey: string): boolean {
  try {
    const point = longSignatures.hash(getBytes(message), SCHEME);
    return longSignatures.verify(getBytes(signature), point, getBytes(pubkey));
  } catch {
    // Bytes that are no point at all.
    return false;
  }
}
