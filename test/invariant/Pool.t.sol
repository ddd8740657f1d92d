// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Test} from "../solidity/Test.sol";
import {PoolHandler} from "./PoolHandler.t.sol";

/// What holds of a pool whatever stakers, operators, provers, givers and governance do; the handler checks it after each step.
contract PoolInvariants is Test {
    PoolHandler private _handler;

    function setUp() public {
        _handler = new PoolHandler();
        targetContract(address(_handler));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = _handler.step.selector;
        targetSelector(address(_handler), selectors);
    }

    /// Wherever a history ended, everybody can leave.
    function afterInvariant() public {
        _handler.settle();
    }

    /// forge-config: default.invariant.runs = 4
    /// forge-config: default.invariant.depth = 100
    function invariant_ACC_2_a_pool_keeps_what_it_promises() public view {}
}

/// A campaign that never lost, forced or wound down would show little: few enough histories meet everything.
contract PoolHistories is Test {
    uint256 private constant MOST = 30;
    uint256 private constant STEPS = 150;

    function test_ACC_2_the_histories_meet_everything() public {
        uint256[14] memory seen;
        for (uint256 seed = 0; seed < MOST && _firstUnseen(seen) != seen.length; ++seed) {
            PoolHandler handler = new PoolHandler();
            for (uint256 i = 0; i < STEPS; ++i) handler.step(uint256(keccak256(abi.encode(seed, i))));
            handler.settle();
            for (uint256 what = 0; what < seen.length; ++what) seen[what] += handler.met(what);
        }
        assertEq(_firstUnseen(seen), seen.length, "something was never met");
    }

    function _firstUnseen(uint256[14] memory seen) private pure returns (uint256 what) {
        while (what < seen.length && seen[what] != 0) ++what;
    }
}
