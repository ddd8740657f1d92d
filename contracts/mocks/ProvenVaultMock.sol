// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {CheckpointResult, ExitStanding} from "../types/Staking.sol";

/// @title ProvenVaultMock
/// @notice Stands for an OperatorVault of which nothing has to be proven: a test says what its keys hold. What it tells
/// registry and pool, and in which order, is what an OperatorVault does. It has no keys, no proofs and no guards.
contract ProvenVaultMock {
    /// @notice 0 while no checkpoint runs. [unix seconds]
    uint40 public startedAt;
    uint64 private _fee;
    uint16 private _keys;
    /// @notice Keys activated since the start.
    uint16 public added;
    /// @notice What it held at the start. [wei]
    uint256 public recorded;
    /// @notice What redemptions leave behind for its slashed keys. [wei]
    uint256 public haircut;

    receive() external payable {}

    function announce(uint256 keys) external {
        _registry().announce(uint40(block.timestamp + 1 hours), keys);
    }

    /// @notice Activates keys; what the pool sends for them goes to `deposits`.
    function activate(uint256 keys, address payable deposits) external {
        uint256 held = address(this).balance;
        if (startedAt != 0) added += uint16(keys);
        _registry().addStake(keys);
        Address.sendValue(deposits, address(this).balance - held);
    }

    /// @notice Starts a checkpoint of `keys`, in the place of one that runs.
    function start(uint256 keys) external {
        (startedAt, _keys, added) = (uint40(block.timestamp), uint16(keys), 0);
        (_fee, recorded) = (_pool().fee(), address(this).balance);
    }

    /// @notice Finishes it: `withdrawn` of its keys are, and all hold `proven`. [wei]
    function finish(uint256 withdrawn, uint256 proven, uint256 newHaircut, ExitStanding calldata standing) external {
        CheckpointResult memory result = CheckpointResult({
            startedAt: startedAt,
            fee: _fee,
            keys: _keys,
            withdrawn: uint16(withdrawn),
            added: added,
            total: proven + recorded,
            recorded: recorded
        });
        startedAt = 0;
        _registry().report(result);
        setHaircut(newHaircut);
        tell(standing);
        if (result.recorded != 0) _pool().collect{value: result.recorded}();
    }

    /// @notice What redemptions leave behind for its slashed keys. [wei]
    function setHaircut(uint256 newHaircut) public {
        if (newHaircut != haircut) _registry().replaceHaircut(haircut, newHaircut);
        haircut = newHaircut;
    }

    function tell(ExitStanding calldata standing) public {
        _registry().setExitStanding(standing);
    }

    /// @notice Reverts unless keys that hold `balances` may be made to exit. [gwei]
    function checkForcedExit(uint256 balances, uint256 last) external view {
        _registry().checkForcedExit(balances, last);
    }

    function sweep() external {
        _pool().collect{value: address(this).balance}();
    }

    function _parties() private view returns (IStakingPool pool, IOperatorRegistry registry) {
        (pool, registry, ) = abi.decode(
            Clones.fetchCloneArgs(address(this)),
            (IStakingPool, IOperatorRegistry, uint256)
        );
    }

    function _pool() private view returns (IStakingPool pool) {
        (pool, ) = _parties();
    }

    function _registry() private view returns (IOperatorRegistry registry) {
        (, registry) = _parties();
    }
}
