// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// The names and the reason are Compound's, which whoever reads such a Governor looks for.
/* solhint-disable immutable-vars-naming, const-name-snakecase, gas-custom-errors, private-vars-leading-underscore */

/// @dev What is called of Compound's Timelock.
interface ICompoundTimelock {
    function acceptAdmin() external;

    function queueTransaction(address, uint256, string calldata, bytes calldata, uint256) external returns (bytes32);

    function executeTransaction(address, uint256, string calldata, bytes calldata, uint256) external;
}

/// @title GuardedGovernorMock
/// @notice Stands for an old Governor with a guardian, Compound's GovernorAlpha, in what its guardian may do: no published
/// package has its artifact. Nobody votes here.
contract GuardedGovernorMock {
    ICompoundTimelock public immutable timelock;
    address public guardian;

    uint256 public constant quorumVotes = 400_000e18;

    constructor(ICompoundTimelock timelock_, address guardian_) {
        timelock = timelock_;
        guardian = guardian_;
    }

    modifier onlyGuardian() {
        require(msg.sender == guardian, "GovernorAlpha: sender must be gov guardian");
        _;
    }

    function __acceptAdmin() external onlyGuardian {
        timelock.acceptAdmin();
    }

    function __abdicate() external onlyGuardian {
        guardian = address(0);
    }

    function __queueSetTimelockPendingAdmin(address pendingAdmin, uint256 eta) external onlyGuardian {
        timelock.queueTransaction(address(timelock), 0, "setPendingAdmin(address)", abi.encode(pendingAdmin), eta);
    }

    function __executeSetTimelockPendingAdmin(address pendingAdmin, uint256 eta) external onlyGuardian {
        timelock.executeTransaction(address(timelock), 0, "setPendingAdmin(address)", abi.encode(pendingAdmin), eta);
    }
}
