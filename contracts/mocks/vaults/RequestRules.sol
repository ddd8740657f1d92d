// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title RequestRules
/// @notice Stands for the habits of vaults with asynchronous redemption, each a switch that anybody may throw at any time.
abstract contract RequestRules {
    enum Rule {
        /// Takes shares by `transferFrom`, with an allowance from their owner, even if the owner itself asks.
        TakesByAllowance,
        /// Gives every request an id of its own; else all have id 0.
        HasRequestIds,
        /// A request, whoever makes it, first pays the controller all that it could claim.
        PaysFirst,
        /// Refuses a request for a controller that has one pending.
        OnePerController,
        /// A request takes the place of the controller's former one, whose shares are lost.
        Overwrites,
        /// A request starts the cooldown of everything again that is pending for its controller.
        RestartsCooldown,
        /// Requests are claimable at once.
        FulfilsAtOnce,
        /// Pays when it fulfils, without waiting for a claim.
        PaysAtFulfilment,
        /// Shares of a cancelled request wait for `claimCancelRedeemRequest`; else they are sent to the controller.
        CancelsByClaim,
        /// Takes no requests; `redeem` pays at once whoever has nothing to claim.
        IsClosed,
        /// As {IsClosed}, and no sign of ERC-7540: the vault before, or after, an upgrade.
        IsSynchronous,
        /// Takes no requests, pays nothing at once.
        RefusesRequests,
        /// Requests, claims and payments only for admitted controllers.
        HasControllerList,
        /// A request only in the owner's own name.
        OwnersOnly,
        /// A claim must be for all that is claimable.
        ClaimsWhole,
        /// Remembers the assets and a rounded price only, and computes from them what is claimable.
        DerivesClaimable,
        /// Previews answer, as ERC-7540 says they must not.
        PreviewsAnyway,
        /// Announces and answers `votableSupply()`.
        ReportsVotableSupply
    }

    uint256 private _rules;

    function setRule(Rule rule, bool isOn_) external {
        uint256 bit = 1 << uint8(rule);
        _rules = isOn_ ? _rules | bit : _rules & ~bit;
    }

    function isOn(Rule rule) public view returns (bool) {
        return _rules & (1 << uint8(rule)) != 0;
    }
}
