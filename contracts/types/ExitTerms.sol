// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice How long the exit of a rage quit may take before it goes on without the vault. Fixed when the escrow is made.
struct ExitTerms {
    /// The vault's word that nothing is left counts once it has stood for this long. [seconds]
    uint32 wordDelay;
    /// Nothing in the vault's hands and no progress for this long: the exit may be called off. [seconds]
    uint32 callOffDelay;
    /// Something in the vault's hands and no progress for this long: a deadlock. [seconds]
    uint32 stallDelay;
    /// Something in the vault's hands and no progress for this long: the extension starts. [seconds]
    uint32 holdLimit;
    /// The extension starts this long after the rage quit, whatever has happened. [seconds]
    uint32 exitLimit;
    /// The least extension after an exit was called off. [seconds]
    uint32 callOffExtension;
    /// Whether a vessel may be made at an address that nobody can prepare long before.
    bool allowsFreshVessels;
}
