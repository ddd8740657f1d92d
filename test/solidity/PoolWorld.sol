// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IDualGovernanceTimelock} from "../../contracts/interfaces/IDualGovernanceTimelock.sol";
import {IGate} from "../../contracts/interfaces/IGate.sol";
import {IOperatorRegistry} from "../../contracts/interfaces/IOperatorRegistry.sol";
import {IStakingPool} from "../../contracts/interfaces/IStakingPool.sol";
import {IWETH} from "../../contracts/interfaces/external/IWETH.sol";
import {ProvenVaultMock} from "../../contracts/mocks/ProvenVaultMock.sol";
import {StateGateMock} from "../../contracts/mocks/StateGateMock.sol";
import {WETHMock} from "../../contracts/mocks/WETHMock.sol";
import {ExitStanding, FirstOperator} from "../../contracts/types/Staking.sol";
import {Test} from "./Test.sol";

/// Stands for a timelock: pool and registry look at its gate, and obey it.
contract TimelockStub {
    IGate public gate;
    address public constant FALLBACK_GATE = address(0xfa11);

    constructor(IGate gate_) {
        gate = gate_;
    }
}

/// A pool with its registry, five operators (three of two entities, two whom nobody has vetted), and their validators, which
/// are numbers here: what a beacon chain would know of them, and what of that is shown.
abstract contract PoolWorld is Test {
    /// As `StakingPool.Terms`. The contract itself is not compiled with tests, but deployed as it is.
    struct Terms {
        string name;
        string symbol;
        IDualGovernanceTimelock timelock;
        IWETH weth;
        uint64 fee;
        uint96 cap;
        uint96 unvettedOperatorCap;
        uint96 unvettedCap;
        uint96[] entityCaps;
        FirstOperator[] operators;
    }

    struct Key {
        /// [gwei]
        uint64 balance;
        /// What it had when it was asked to exit, or shown to. [gwei]
        uint56 leaving;
        bool isAsked;
        bool isExiting;
        bool isSlashed;
        /// Its ETH is in the vault.
        bool isPaid;
        /// The checkpoint that runs has shown that.
        bool isShownPaid;
    }

    struct Runner {
        ProvenVaultMock vault;
        address owner;
        uint40 askedUntil;
        /// What came in and was lost that no finished checkpoint has shown; of that, what the running one will. [wei]
        int256 unseen;
        int256 seen;
        /// What the running checkpoint has found. [wei]
        uint256 proven;
        uint256 haircut;
    }

    uint256 internal constant OPERATORS = 5;
    uint256 internal constant MOST_KEYS = 5;
    uint64 internal constant GWEI_PER_KEY = 32e9;
    uint96 internal constant CAP = 96 ether;

    IStakingPool public pool;
    IOperatorRegistry public registry;
    StateGateMock internal gate;
    address internal timelock;
    address internal constant SEEDER = address(0x5eed);
    address[4] internal stakers = [address(0xa11ce), address(0xb0b), address(0xca201), address(0xdead1)];
    Runner[OPERATORS] internal runners;
    mapping(uint256 runner => Key[]) internal keysOf;

    receive() external payable {}

    function _deployPool() internal {
        gate = new StateGateMock();
        timelock = address(new TimelockStub(gate));
        uint96[] memory entityCaps = new uint96[](2);
        (entityCaps[0], entityCaps[1]) = (160 ether, 96 ether);
        FirstOperator[] memory first = new FirstOperator[](3);
        for (uint256 i = 0; i < 3; ++i) {
            first[i] = FirstOperator({owner: _ownerOf(i), entity: i < 2 ? 1 : 2, cap: CAP});
        }
        Terms memory terms = Terms({
            name: "Pool",
            symbol: "P",
            timelock: IDualGovernanceTimelock(timelock),
            weth: IWETH(address(new WETHMock())),
            fee: 0.1e18,
            cap: 320 ether,
            unvettedOperatorCap: 64 ether,
            unvettedCap: 96 ether,
            entityCaps: entityCaps,
            operators: first
        });
        pool = IStakingPool(_create("StakingPool.sol:StakingPool", abi.encode(terms, new ProvenVaultMock())));
        registry = IOperatorRegistry(pool.REGISTRY());
        for (uint256 i = 0; i < OPERATORS; ++i) {
            address owner = _ownerOf(i);
            if (i >= first.length) {
                vm.prank(owner);
                registry.register();
            }
            runners[i].owner = owner;
            runners[i].vault = ProvenVaultMock(payable(registry.getOperator(i + 1).vault));
        }
    }

    function _create(string memory artifact, bytes memory arguments) private returns (address created) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        assertTrue(created != address(0), "nothing was created");
    }

    function _ownerOf(uint256 runner) private pure returns (address) {
        return address(uint160(0x0717e0 + runner));
    }

    // ---------------------------------------------------------------- what is shown

    function _start(uint256 runner) internal {
        Runner storage one = runners[runner];
        Key[] storage keys = keysOf[runner];
        (one.proven, one.haircut, one.seen) = (0, 0, one.unseen);
        for (uint256 i = 0; i < keys.length; ++i) {
            one.proven += uint256(keys[i].balance) * 1 gwei;
            keys[i].isShownPaid = keys[i].isPaid;
            if (keys[i].isSlashed) one.haircut += (uint256(keys[i].balance) * 1 gwei) / 10;
        }
        one.vault.start(keys.length);
        if (keys.length == 0) _finish(runner);
    }

    function _finish(uint256 runner) internal {
        Runner storage one = runners[runner];
        Key[] storage keys = keysOf[runner];
        uint256 withdrawn = 0;
        for (uint256 i = keys.length; i != 0; --i) {
            if (!keys[i - 1].isShownPaid) continue;
            keys[i - 1] = keys[keys.length - 1];
            keys.pop();
            ++withdrawn;
        }
        one.unseen -= one.seen;
        one.vault.finish(withdrawn, one.proven, one.haircut, _standingOf(runner));
    }

    function _check(uint256 runner) internal {
        _start(runner);
        if (runners[runner].vault.startedAt() != 0) _finish(runner);
    }

    function _standingOf(uint256 runner) internal view returns (ExitStanding memory standing) {
        Key[] storage keys = keysOf[runner];
        standing.requestedUntil = runners[runner].askedUntil;
        for (uint256 i = 0; i < keys.length; ++i) {
            Key memory key = keys[i];
            if (key.isSlashed) continue;
            if (key.isExiting) {
                standing.exiting += key.leaving;
                continue;
            }
            ++standing.ready;
            if (!key.isAsked) continue;
            ++standing.asked;
            standing.requested += key.leaving;
        }
    }

    // ---------------------------------------------------------------- what there is

    /// What an operator's keys and vault hold. [wei]
    function _realOf(uint256 runner) internal view returns (uint256 real) {
        Key[] storage keys = keysOf[runner];
        real = address(runners[runner].vault).balance;
        for (uint256 i = 0; i < keys.length; ++i) real += uint256(keys[i].balance) * 1 gwei;
    }

    function _give(address account, uint256 amount) internal {
        vm.deal(account, account.balance + amount);
    }
}
